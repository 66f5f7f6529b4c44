//go:build unix

package main

import "syscall"

// maxOpenFiles returns the number of files that this process may open. It returns false if the number is not known.
func maxOpenFiles() (uint64, bool) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err == nil
}
