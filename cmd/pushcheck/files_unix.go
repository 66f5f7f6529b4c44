//go:build unix

package main

import "syscall"

// mostFiles returns how many files this process may open.
func mostFiles() (uint64, bool) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err == nil
}
