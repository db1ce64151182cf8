// Package channels finds out whether the receivers of Alertmanager and Grafana
// still reach somebody: it sends one marked notification through each and says
// which were delivered.
package channels

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"firedrill/pipeline/server"
)

// Alertname is the name of the alarm that is sent.
const Alertname = "FiredrillChannelTest"

// Result is what became of the notification through one integration of a
// receiver, such as its webhook.
type Result struct {
	// By is who sent it: alertmanager or grafana.
	By          string `json:"by"`
	Receiver    string `json:"receiver"`
	Integration string `json:"integration"`
	Delivered   bool   `json:"delivered"`
	// Inbox tells whether inbox received it; false also where it goes elsewhere.
	Inbox bool `json:"inbox"`
	// Problem is why it was not delivered, in the words of who sent it.
	Problem string `json:"problem,omitempty"`
}

// Inbox is what is asked of the server that receives for drills.
type Inbox interface {
	// Since gives the notifications after that id, and the id to ask with next.
	Since(ctx context.Context, id int64) (notes []server.Notification, last int64, err error)
}

// Sender sends notifications through its receivers.
type Sender interface {
	// Send sends one through each receiver. The summary, which is the test's mark,
	// must be in it.
	Send(ctx context.Context, summary string) ([]Result, error)
}

// Options say who sends, and what marks the notifications.
type Options struct {
	Senders []Sender
	// Inbox may be nil.
	Inbox Inbox
	// Mark is a text that no other notification has.
	Mark string
	// Within bounds the test of one sender, a minute by default.
	Within time.Duration
}

// Test lets every sender send through each of its receivers, and looks for what
// arrived in inbox. A sender that cannot be asked does not keep back the others.
func Test(ctx context.Context, o Options) ([]Result, error) {
	last, err := lastOf(ctx, o.Inbox)
	if err != nil {
		return nil, err
	}
	if o.Within == 0 {
		o.Within = time.Minute
	}
	var all []Result
	var errs []error
	for _, s := range o.Senders {
		found, err := send(ctx, s, o)
		all, errs = append(all, found...), append(errs, err)
	}
	errs = append(errs, markReceived(ctx, o, last, all))
	for _, r := range all {
		if !r.Delivered {
			errs = append(errs, fmt.Errorf("receiver %s of %s: its %s did not deliver: %s", r.Receiver, r.By, r.Integration, r.Problem))
		}
	}
	return all, errors.Join(errs...)
}

func send(ctx context.Context, s Sender, o Options) ([]Result, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Within)
	defer cancel()
	return s.Send(ctx, "[DRILL] Test of the channels of this receiver; nothing is wrong ("+o.Mark+")")
}

// Table writes a line for each integration.
func Table(w io.Writer, results []Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "BY\tRECEIVER\tINTEGRATION\tDELIVERED\tIN INBOX\tPROBLEM")
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.By, r.Receiver, r.Integration, yes(r.Delivered), yes(r.Inbox), r.Problem)
	}
	return t.Flush()
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
