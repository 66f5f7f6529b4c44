//go:build unix && !linux

package child

// becomeSubreaper does nothing: only Linux can make a process the parent of processes whose parent has ended.
func becomeSubreaper() {}

// reap does nothing, because this process is not the parent of the processes in a group.
func reap(group) {}
