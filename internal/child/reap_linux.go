package child

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// adopt makes this process the parent of what a command leaves behind. A process that ended belongs to its group until its parent has
// asked for its exit code, and in a container nobody else may do so.
func adopt() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// reap asks for the exit codes of processes of a group that have ended.
func reap(g group) {
	for {
		if pid, err := syscall.Wait4(-int(g), nil, syscall.WNOHANG, nil); err != nil || pid <= 0 {
			return
		}
	}
}
