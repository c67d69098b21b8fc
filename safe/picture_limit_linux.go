//go:build linux && !race

package safe

import "syscall"

// childMemory is in bytes of addresses: the decoder and a picture of twelve megapixels take less than half of it.
const childMemory = 3 << 30

// limit makes the kernel refuse memory to a child that wants too much; it then ends.
func limit() error {
	return syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: childMemory, Max: childMemory})
}
