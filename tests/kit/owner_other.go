//go:build !linux

package kit

import "syscall"

// owner is who PostgreSQL runs as; nil is ourselves.
type owner struct{}

func postgresOwner(string) (*owner, error) { return nil, nil }

func attributes(*owner) *syscall.SysProcAttr { return nil }
