package child

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// becomeSubreaper makes this process the parent of processes whose parent has ended. An ended process stays in its group until its parent
// has read its exit code, and in a container there may be no other process that does so.
func becomeSubreaper() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// reap reads the exit codes of processes of a group that have ended.
func reap(g group) {
	for {
		if pid, err := syscall.Wait4(-int(g), nil, syscall.WNOHANG, nil); err != nil || pid <= 0 {
			return
		}
	}
}
