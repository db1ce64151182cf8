package lokitest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strconv"
	"time"
)

// samples are the moments of a `for` at which an alarm is asked about.
const samples = 4

// deadline is for the judgement of all rules, which takes a few seconds.
const deadline = 2 * time.Minute

// bench is a Loki with its receiver.
type bench struct {
	loki     *loki
	receiver *receiver
	rules    rules
}

// Run runs a test file with the given program of Loki, in a folder of its own. It
// returns what went otherwise than expected, nothing if all is well.
func Run(ctx context.Context, program, folder string, file File) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	all, err := readRules(file.RuleFiles)
	if err != nil {
		return err
	}
	for _, test := range file.Tests {
		for _, expect := range test.Alarms {
			if _, err := all.wait(expect.Rule); err != nil {
				return fmt.Errorf("%s: %w", test.Name, err)
			}
		}
	}
	b := &bench{receiver: newReceiver(), rules: all}
	server := httptest.NewServer(b.receiver)
	defer server.Close()
	if b.loki, err = startLoki(ctx, program, folder, server.URL); err != nil {
		return err
	}
	defer func() {
		cancel()
		<-b.loki.exited
	}()
	return b.run(ctx, file)
}

func (b *bench) run(ctx context.Context, file File) error {
	// Everything is sent before anything is waited for: rules of all tenants are
	// judged at once.
	tenants := map[*Expect][]string{}
	for i := range file.Tests {
		test := &file.Tests[i]
		for j := range test.Alarms {
			expect := &test.Alarms[j]
			names, err := b.send(ctx, *test, *expect, fmt.Sprintf("test%d-%d", i, j))
			if err != nil {
				return fmt.Errorf("%s: %s at %s: %w", test.Name, expect.Rule, time.Duration(expect.At), err)
			}
			tenants[expect] = names
		}
	}
	var problems []error
	for i := range file.Tests {
		for j := range file.Tests[i].Alarms {
			expect := &file.Tests[i].Alarms[j]
			found, err := b.firing(ctx, tenants[expect])
			if err == nil {
				err = compare(expect.Firing, found)
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %s at %s: %w", file.Tests[i].Name, expect.Rule, time.Duration(expect.At), err))
			}
		}
	}
	return errors.Join(problems...)
}

// send makes a tenant of each moment at which the rule has to be looked at.
func (b *bench) send(ctx context.Context, test Test, expect Expect, prefix string) ([]string, error) {
	wait, err := b.rules.wait(expect.Rule)
	if err != nil {
		return nil, err
	}
	moments := []time.Duration{time.Duration(expect.At)}
	for i := 1; wait > 0 && i <= samples; i++ {
		moments = append(moments, time.Duration(expect.At)-wait*time.Duration(i)/samples)
	}
	var names []string
	for i, moment := range moments {
		tenant := prefix + "-" + strconv.Itoa(i)
		if err := b.loki.push(ctx, tenant, streams(test.Lines, moment, time.Now())); err != nil {
			return nil, err
		}
		file, err := b.rules.forTenant(expect.Rule, tenant)
		if err != nil {
			return nil, err
		}
		if err := b.loki.load(tenant, file); err != nil {
			return nil, err
		}
		names = append(names, tenant)
	}
	return names, nil
}

// streams are the lines that are written by a moment, which is now.
func streams(lines []Lines, moment time.Duration, now time.Time) []stream {
	var all []stream
	for _, l := range lines {
		s := stream{Stream: l.Labels}
		for _, at := range l.until(moment) {
			s.Values = append(s.Values, [2]string{strconv.FormatInt(now.Add(at-moment).UnixNano(), 10), l.Line})
		}
		if len(s.Values) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// firing are the alarms that all of the tenants have, as the first has them.
func (b *bench) firing(ctx context.Context, tenants []string) ([]Alarm, error) {
	var kept map[string]Alarm
	for i, tenant := range tenants {
		alarms, err := b.receiver.wait(ctx, tenant)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			kept = maps.Clone(alarms)
		}
		maps.DeleteFunc(kept, func(key string, _ Alarm) bool {
			_, there := alarms[key]
			return !there
		})
	}
	var all []Alarm
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		all = append(all, kept[key])
	}
	return all, nil
}
