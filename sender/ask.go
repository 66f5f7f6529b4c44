package sender

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// restOfRequest is how long a receiver that has responded may still read the request.
const restOfRequest = 50 * time.Millisecond

// ask sends a request, and reads the head of the response at the same time: a receiver may respond before it has read everything. It ends
// if ctx does. If there is no response the connection is closed; after one, finish and keep have to follow.
func (c *Conn) ask(ctx context.Context, method string, request io.Reader) (*http.Response, error) {
	if err := c.begin(time.Time{}); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(longAgo) })
	writing := make(chan error, 1)
	go func() {
		_, err := io.Copy(c.conn, request)
		writing <- err
	}()
	c.finish = func() error {
		if stop() {
			_ = c.conn.SetWriteDeadline(time.Now().Add(restOfRequest))
		} else {
			c.ended = true
		}
		err := <-writing
		c.ended = c.ended || err != nil
		return err
	}
	resp, err := c.head(method)
	if err == nil {
		return resp, nil
	}
	// What the receiver said before it closed says more than a failed write, and a failed write more than the mere end.
	if unwritten := c.finish(); err == io.EOF && unwritten != nil && !errors.Is(unwritten, os.ErrDeadlineExceeded) {
		err = unwritten
	}
	c.Close()
	return nil, err
}

// longAgo is a deadline that ends everything.
var longAgo = time.Unix(1, 0)

// listen notices if the receiver closes the connection, or sends something, before the next exchange. It is called between two exchanges.
func (c *Conn) listen() {
	c.listening = make(chan struct{})
	go func() {
		defer close(c.listening)
		if _, err := c.in.Peek(1); err == nil || c.ended {
			c.ended = true
			c.Close()
		}
	}()
}

// usable ends listen, and reports whether the connection serves another exchange.
func (c *Conn) usable() bool {
	if c.listening == nil {
		return true
	}
	_ = c.conn.SetReadDeadline(longAgo)
	<-c.listening
	c.listening = nil
	return !c.ended
}
