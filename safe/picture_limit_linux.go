//go:build linux && !race

package safe

import (
	"errors"
	"syscall"
)

const (
	childMemory = 5 << 29 // bytes of addresses: a picture of twelve megapixels takes two GB of them
	childWork   = 30      // seconds of a processor
	deathSignal = 1       // PR_SET_PDEATHSIG, see prctl(2)
)

// limit makes the kernel end a child that takes too much, or whose parent is gone.
func limit() error {
	_, _, failed := syscall.RawSyscall(syscall.SYS_PRCTL, deathSignal, uintptr(syscall.SIGKILL), 0)
	if failed != 0 {
		return failed
	}
	return errors.Join(
		syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: childMemory, Max: childMemory}),
		syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: childWork, Max: childWork}))
}
