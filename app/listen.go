package app

import (
	"errors"
	"log/slog"
	"net"
	"syscall"
	"time"
)

// steady is a listener that bears a shortage: the server takes any error of it for the end. When there are no more
// files to open, the next visitor waits until one is closed.
type steady struct{ net.Listener }

// shortages are the errors that pass.
var shortages = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED}

const shortPause = 50 * time.Millisecond

// Accept waits for the next connection, and out shortages.
func (l steady) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err == nil || !isShortage(err) {
			return conn, err
		}
		slog.Warn("cannot take the next visitor yet", "error", err)
		time.Sleep(shortPause)
	}
}

func isShortage(err error) bool {
	for _, shortage := range shortages {
		if errors.Is(err, shortage) {
			return true
		}
	}
	return false
}
