//go:build race

package selftest_test

// raced: the race detector makes every case about ten times as slow, and finds in a few of them what it finds in all.
const raced = true
