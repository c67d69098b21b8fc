package app

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
)

// short is a listener that fails in the given ways, one after the other.
type short struct {
	net.Listener
	failures []error
}

func (l *short) Accept() (net.Conn, error) {
	err := l.failures[0]
	l.failures = l.failures[1:]
	return nil, err
}

// TestListenerBearsShortages: a shortage of files passes, anything else is the end.
func TestListenerBearsShortages(t *testing.T) {
	t.Parallel()
	shortage := &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	l := &short{failures: []error{shortage, shortage, net.ErrClosed}}
	if _, err := (steady{l}).Accept(); !errors.Is(err, net.ErrClosed) || len(l.failures) > 0 {
		t.Errorf("it ended with %v, %d tries early", err, len(l.failures))
	}
}
