package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
)

// printPushes prints the pushes of a call without sending any.
func (a *app) printPushes(o sendCommandLine) error {
	c := o.item.call(o.settings)
	steps := c.Rehearse()
	var b strings.Builder
	if o.item.event == "" {
		fmt.Fprintf(&b, "%s\n\n", o.item.title())
	}
	var bill bill
	for i, step := range steps {
		form := o.change.edit(step, step.Push.Form(o.opts.Sender.Dialect))
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s  %s  at %s\n", form.Get(push.FieldEvent), step.Leg, step.Due.Round(time.Millisecond))
		for _, field := range form {
			fmt.Fprintf(&b, "  %-16s %s\n", field.Name, cmp.Or(field.Value, "(empty)"))
		}
		fmt.Fprintf(&b, "  %s\n", form.Encode(o.opts.Sender.Dialect.RawBrackets))
		bill.addPush(step.Push, step.Leg, step.BilledTarget)
	}
	for _, s := range c.Skipped() {
		fmt.Fprintf(&b, "\nleft out: %s: %s\n", s.Deed, s.Reason)
	}
	bill.write(&b)
	if _, err := io.WriteString(a.stdout, b.String()); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}

// printCallRequests prints the pushes of a call as HTTP requests, without sending any. It prints to standard error which acts of the call
// scenario were left out.
func (a *app) printCallRequests(ctx context.Context, o sendCommandLine) error {
	c := o.item.call(o.settings)
	if err := a.printRequests(ctx, sender.New(o.opts.Sender), sender.CallToPlay{Twist: o.change.twist("")}, c.Rehearse()); err != nil {
		return err
	}
	for _, s := range c.Skipped() {
		fmt.Fprintf(a.stderr, "left out: %s: %s\n", s.Deed, s.Reason)
	}
	return nil
}

// printRequests prints the HTTP requests for pushes.
func (a *app) printRequests(ctx context.Context, s *sender.Sender, p sender.CallToPlay, steps []call.Step) error {
	var text bytes.Buffer
	for _, step := range steps {
		r, err := s.Request(ctx, p, step)
		if err != nil {
			return err
		}
		var body []byte
		if r.Body != nil {
			if body, err = io.ReadAll(r.Body); err != nil {
				return err
			}
		}
		text.Write(captureText(r, body))
	}
	if _, err := a.stdout.Write(text.Bytes()); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}
