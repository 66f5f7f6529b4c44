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
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup makes the program ignore it
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// onSecondSignal calls onFirst when ctx ends, which is the first signal, and closes second at the second signal. A third signal ends the
// program at once. After stop, every signal ends the program at once.
func onSecondSignal(ctx context.Context, onFirst func()) (second <-chan struct{}, stop func()) {
	secondCame, stopped, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-ctx.Done():
		case <-stopped:
			return
		}
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, endSignals()...)
		defer signal.Stop(signals)
		onFirst()
		select {
		case <-time.After(signalRepeatWindow):
		case <-stopped:
			return
		}
		select {
		case <-signals: // a repetition of the first signal, see signalRepeatWindow
		default:
		}
		select {
		case <-signals:
			close(secondCame)
		case <-stopped:
		}
	}()
	return secondCame, func() {
		close(stopped)
		<-ended
	}
}
