//go:build !(linux || darwin || freebsd)

package app

import "errors"

// diskFree is known only where the system tells it the same way.
func diskFree(string) (uint64, error) { return 0, errors.ErrUnsupported }
