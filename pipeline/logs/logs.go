// Package logs proves that logs arrive: it sends the website a request with a
// token that nobody has used before, and looks in Loki for the line that the
// website logs about it, under the labels by which people will look for it.
package logs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/event"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

const (
	// deadline is for the way of one line from a program to an answer of Loki.
	deadline = 30 * time.Second
	// pollInterval is how often Loki is asked.
	pollInterval = 500 * time.Millisecond
)

// Options say what to prove.
type Options struct {
	Config Config
	REST   *rest.Config
	Sink   event.Sink
	// Deadline is from the request until its line is found; 0 is 30 seconds.
	Deadline time.Duration
}

// Result is a line that was found.
type Result struct {
	// Query is the LogQL that found it.
	Query string
	// Seconds are from the sending of the request to the answer of Loki.
	Seconds float64
	Labels  map[string]string
	Line    string
}

// Prove sends the request and returns the line that it caused. It reports one
// item, named as the website's Service.
func Prove(ctx context.Context, o Options) (Result, error) {
	c := o.Config
	task := o.Sink.Start(c.Website.Namespace + "/" + c.Website.Service)
	s, err := newSearch(o)
	if err != nil {
		return Result{}, task.End(err, nil)
	}
	result, err := s.prove(ctx, task)
	if err != nil {
		return Result{}, task.End(err, nil)
	}
	return result, task.End(nil, result)
}

// search is one request and the search for its line.
type search struct {
	config   Config
	token    string
	query    string
	website  *server.Proxy
	loki     loki
	cluster  cluster
	deadline time.Duration
	sent     time.Time
}

func newSearch(o Options) (*search, error) {
	website, err := server.NewProxy(o.REST, o.Config.Website.Endpoint)
	if err != nil {
		return nil, err
	}
	proxy, err := server.NewProxy(o.REST, o.Config.Loki)
	if err != nil {
		return nil, err
	}
	client, err := kube.Client(o.REST)
	if err != nil {
		return nil, err
	}
	s := &search{
		config: o.Config, token: "firedrill-" + strings.ToLower(rand.Text()), website: website, loki: loki{proxy},
		cluster: cluster{client, o.Config.Website.Endpoint}, deadline: o.Deadline,
	}
	if s.deadline == 0 {
		s.deadline = deadline
	}
	s.query = logQL(s.config.Labels, s.token)
	return s, nil
}

func (s *search) prove(ctx context.Context, task *event.Task) (Result, error) {
	s.sent = time.Now()
	waiting, cancel := context.WithDeadline(ctx, s.sent.Add(s.deadline))
	defer cancel()
	task.Progress("request with the token " + s.token)
	if err := s.website.Visit(waiting, s.config.Website.Path, url.Values{"token": {s.token}}); err != nil {
		return Result{}, fmt.Errorf("send the request whose line in the log is looked for: %w", err)
	}
	found, err := s.wait(waiting, task)
	switch {
	case ctx.Err() != nil:
		return Result{}, fmt.Errorf("look for the line with the token %s: interrupted: %w", s.token, context.Cause(ctx))
	case err != nil:
		return Result{}, s.explain(ctx, err)
	}
	result := Result{Query: s.query, Seconds: time.Since(s.sent).Seconds(), Labels: found.Labels, Line: found.Line}
	return result, s.checkPod(ctx, found)
}

// wait asks Loki until it has the line. The error is what came back last.
func (s *search) wait(ctx context.Context, task *event.Task) (Line, error) {
	var found []Line
	last, say := errors.New("none"), poll.Changes(task.Progress)
	err := poll.Until(ctx, pollInterval, func() bool {
		lines, err := s.loki.find(ctx, s.query, s.sent)
		switch {
		case len(lines) > 0:
			found = lines
			return true
		case err == nil:
			last = errors.New("no line")
		case ctx.Err() == nil: // else it says no more than that the time is up
			last = err
		}
		say(fmt.Sprintf("%s answers: %v", s.loki.proxy, last))
		return false
	})
	if err != nil {
		return Line{}, last
	}
	return found[0], nil
}
