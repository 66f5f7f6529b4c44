package child

import (
	"sync"
	"time"
)

// The limits of the pause before a command that ended is started again. The pause is doubled after each run that is not longer than
// shortRunTime.
const (
	minPause     = 200 * time.Millisecond
	maxPause     = time.Second
	shortRunTime = time.Second
)

// Keeper runs a command. After a call of Keep, it starts the command again whenever the command ends. It is safe for concurrent use.
type Keeper struct {
	command     string
	env         []string
	stopped     chan struct{}
	stop        func()         // closes stopped, once
	restartLoop sync.WaitGroup // the loop of Keep

	mu           sync.Mutex
	process      *Process  // the process that was started last
	endedProcess *Process  // the last process that ended by itself; nil if no process ended by itself
	endedAt      time.Time // the time at which endedProcess ended
}

// Start starts a command. env holds additional environment variables, each as NAME=VALUE. The caller has to call Stop.
func Start(command string, env []string) (*Keeper, error) {
	p, err := start(command, env)
	if err != nil {
		return nil, err
	}
	k := &Keeper{command: command, env: env, stopped: make(chan struct{}), process: p}
	k.stop = sync.OnceFunc(func() { close(k.stopped) })
	return k, nil
}

// Process returns the process that was started last.
func (k *Keeper) Process() *Process {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.process
}

// Keep starts the command again whenever it ends, until Stop. It calls onRestart with the process of each restart; onRestart has to return
// when that process ends. Keep itself returns at once.
func (k *Keeper) Keep(onRestart func(*Process)) {
	k.restartLoop.Go(func() {
		pause := minPause
		for {
			p := k.Process()
			select {
			case <-k.stopped:
				return
			case <-p.Ended():
			}
			k.mu.Lock()
			k.endedProcess, k.endedAt = p, time.Now()
			k.mu.Unlock()
			if pause = min(2*pause, maxPause); p.RunTime() > shortRunTime {
				pause = minPause
			}
			if !k.restart(pause) {
				return
			}
			onRestart(k.Process())
		}
	})
}

// restart starts the command after a pause. It returns false if the keeper was stopped or the command could not be started.
func (k *Keeper) restart(pause time.Duration) bool {
	select {
	case <-k.stopped:
		return false
	case <-time.After(pause):
	}
	p, err := start(k.command, k.env)
	if err != nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.process = p
	return true
}

// OutputSince returns the lines that the command printed after a time. If the command ended by itself after that time, OutputSince returns
// the last lines of the ended process, even if they were printed earlier.
func (k *Keeper) OutputSince(since time.Time) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.endedProcess != nil && k.endedAt.After(since) {
		return k.endedProcess.Output()
	}
	return k.process.output.lines(since)
}

// Stop ends the command with everything that it started, and waits until it has ended.
func (k *Keeper) Stop() {
	k.stop()
	k.Process().stop() // before the loop of Keep ends, because the loop may wait in onRestart until the process ends
	k.restartLoop.Wait()
	k.Process().stop() // the loop may have started another process
}
