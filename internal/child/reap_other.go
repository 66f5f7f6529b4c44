//go:build unix && !linux

package child

// adopt does nothing: only Linux can make a process the parent of the processes that its children leave behind.
func adopt() {}

// reap does nothing, see adopt.
func reap(group) {}
