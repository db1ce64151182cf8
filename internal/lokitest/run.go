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

// deadline is for the judgement of all rules, which takes a few seconds on an idle
// machine, and Loki's start.
const deadline = 5 * time.Minute

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
	b := &bench{receiver: newReceiver(), rules: all}
	moments, err := b.moments(file)
	if err != nil {
		return err
	}
	server := httptest.NewServer(b.receiver)
	defer server.Close()
	if b.loki, err = startLoki(ctx, program, folder, server.URL); err != nil {
		return err
	}
	defer func() {
		cancel()
		<-b.loki.exited
	}()
	return b.run(ctx, moments)
}

// run sends everything before it waits for anything: rules of all tenants are judged
// at once.
func (b *bench) run(ctx context.Context, all []moment) error {
	for _, m := range all {
		if err := b.announce(m.tenant); err != nil {
			return m.wrap(err)
		}
	}
	for _, m := range all {
		if err := b.send(ctx, m); err != nil {
			return m.wrap(err)
		}
	}
	var problems []error
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].expect == all[0].expect {
			n++
		}
		found, err := b.firing(ctx, all[:n])
		if err == nil {
			err = compare(all[0].expect.Firing, found)
		}
		if err != nil {
			problems = append(problems, all[0].wrap(err))
		}
		all = all[n:]
	}
	return errors.Join(problems...)
}

// moment is one at which a rule has to be looked at. Each has a tenant of its own.
type moment struct {
	test   *Test
	expect *Expect
	at     time.Duration
	tenant string
}

// wrap says of which expectation an error is.
func (m moment) wrap(err error) error {
	return fmt.Errorf("%s: %s at %s: %w", m.test.Name, m.expect.Rule, time.Duration(m.expect.At), err)
}

// moments are those of all expectations, in their order.
func (b *bench) moments(file File) (all []moment, err error) {
	for i := range file.Tests {
		test := &file.Tests[i]
		for j := range test.Alarms {
			m := moment{test: test, expect: &test.Alarms[j]}
			wait, err := b.rules.wait(m.expect.Rule)
			if err != nil {
				return nil, m.wrap(err)
			}
			for k := 0; k == 0 || wait > 0 && k <= samples; k++ {
				m.at = time.Duration(m.expect.At) - wait*time.Duration(k)/samples
				m.tenant = fmt.Sprintf("test%d-%d-%d", i, j, k)
				all = append(all, m)
			}
		}
	}
	return all, nil
}

// announce has Loki find the receiver for a tenant.
func (b *bench) announce(tenant string) error {
	file, err := fileOf("known", always(known, tenant))
	if err != nil {
		return err
	}
	return b.loki.load(tenant, file)
}

// send sends the lines that are written by the moment, and the rule.
func (b *bench) send(ctx context.Context, m moment) error {
	if _, err := b.receiver.wait(ctx, m.tenant, known); err != nil {
		return err
	}
	if err := b.loki.push(ctx, m.tenant, streams(m.test.Lines, m.at, time.Now())); err != nil {
		return err
	}
	file, err := b.rules.forTenant(m.expect.Rule, m.tenant)
	if err != nil {
		return err
	}
	return b.loki.load(m.tenant, file)
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

// firing are the alarms that all of the moments have, as the first has them.
func (b *bench) firing(ctx context.Context, moments []moment) ([]Alarm, error) {
	var kept map[string]Alarm
	for i, m := range moments {
		alarms, err := b.receiver.wait(ctx, m.tenant, judged)
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
