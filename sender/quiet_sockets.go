//go:build linux || darwin || freebsd || netbsd || openbsd

package sender

import (
	"net"
	"syscall"
)

// isQuiet reports whether the receiver has neither closed a connection nor sent anything since its last response.
func isQuiet(conn net.Conn) bool {
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}
	system, ok := conn.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := system.SyscallConn()
	if err != nil {
		return false
	}
	wouldBlock := false
	err = raw.Control(func(file uintptr) {
		_, _, err := syscall.Recvfrom(int(file), make([]byte, 1), syscall.MSG_PEEK) // the socket is non-blocking
		wouldBlock = err == syscall.EAGAIN
	})
	return err == nil && wouldBlock
}
