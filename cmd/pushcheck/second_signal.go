package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// endSignals returns the signals that ask the program to end.
func endSignals() []os.Signal {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup makes the program ignore it
		ends = append(ends, syscall.SIGHUP)
	}
	return ends
}

// secondSignal calls first when ctx ends, which is the first signal, and closes again at the second one. A third one ends the program at
// once, as every signal does after stop.
func secondSignal(ctx context.Context, first func()) (again <-chan struct{}, stop func()) {
	came, over, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-ctx.Done():
		case <-over:
			return
		}
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, endSignals()...)
		defer signal.Stop(signals)
		first()
		select {
		case <-time.After(sameSignal):
		case <-over:
			return
		}
		select {
		case <-signals: // the first one again, see sameSignal
		default:
		}
		select {
		case <-signals:
			close(came)
		case <-over:
		}
	}()
	return came, func() {
		close(over)
		<-ended
	}
}
