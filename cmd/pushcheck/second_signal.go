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
	if !signal.Ignored(syscall.SIGHUP) { // a program that nohup started has to go on ignoring this signal
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// onSecondSignal calls onFirst when ctx ends, because the first signal ends ctx. It closes the channel second at the second signal. A third
// signal ends the program at once. After a call of stop, every signal ends the program at once.
func onSecondSignal(ctx context.Context, onFirst func()) (second <-chan struct{}, stop func()) {
	secondSignal, stopRequested, goroutineEnded := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(goroutineEnded)
		select {
		case <-ctx.Done():
		case <-stopRequested:
			return
		}
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, endSignals()...)
		defer signal.Stop(signals)
		onFirst()
		select {
		case <-time.After(signalRepeatWindow):
		case <-stopRequested:
			return
		}
		select {
		case <-signals: // ignore a repetition of the first signal, see signalRepeatWindow
		default:
		}
		select {
		case <-signals:
			close(secondSignal)
		case <-stopRequested:
		}
	}()
	return secondSignal, func() {
		close(stopRequested)
		<-goroutineEnded
	}
}
