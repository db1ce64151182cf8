// Command inbox receives notifications for real, by webhook and by mail, and
// tells what came, when and from whom. It keeps them in memory. It also raises
// an alarm of its own when the heartbeat of the others stops.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"firedrill/apps/inbox/forward"
	"firedrill/apps/inbox/heartbeat"
	"firedrill/apps/inbox/mail"
	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/inbox/page"
	"firedrill/apps/inbox/read"
	"firedrill/apps/inbox/webhook"
	"firedrill/apps/program"
	"firedrill/apps/serve"
	"firedrill/apps/settings"
)

func main() { program.Main("inbox", configure) }

func configure(set *settings.Set) program.Start {
	web := serve.AddSettings(set)
	listenSMTP := set.Address("listen-smtp", ":2525", "address to serve SMTP on")
	notifications := set.Int("max-notifications", 1000, 1, 1_000_000, "how many notifications to keep")
	bytes := set.Int("max-bytes", 16<<20, 1<<20, 1<<30, "how much memory the notifications may take, about")
	orders := set.Text("heartbeat", "", "YAML file that says which heartbeat to watch; none is watched without")

	return func(ctx context.Context, log *slog.Logger) error {
		own, err := web.Peer.Open()
		if err != nil {
			return err
		}
		server := serve.New(web, log)
		limits := mailbox.Limits{Notifications: *notifications, Bytes: *bytes}
		box := mailbox.New(limits, time.Now, server.Registry)
		watch, err := newWatch(*orders, box, server, log)
		if err != nil {
			return err
		}
		server.Handle(webhook.Pattern, webhook.New(box, watch.take, log))
		read.Add(server, box)
		server.Handle("GET /{$}", page.New(box))
		server.OnEnd(box.Close)

		// If one of them can't serve, the others end too.
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return server.Run(ctx) })
		group.Go(func() error { return mail.New(box, own, log).Run(ctx, *listenSMTP) })
		for _, run := range watch.run {
			group.Go(func() error { return run(ctx) })
		}
		return group.Wait()
	}
}

// watch is what the inbox does about heartbeats, which may be nothing.
type watch struct {
	take webhook.Taker
	run  []func(ctx context.Context) error
}

func newWatch(orders string, box *mailbox.Box, server *serve.Server, log *slog.Logger) (watch, error) {
	if orders == "" {
		return watch{take: func(mailbox.Notification) bool { return false }}, nil
	}
	o, err := heartbeat.Load(orders)
	if err != nil {
		return watch{}, err
	}
	sender := forward.New(o.Forward, &http.Client{}, log)
	w := heartbeat.New(o, box, sender.Send, log, server.Registry)
	w.AddTo(server)
	return watch{take: w.Take, run: []func(context.Context) error{w.Run, sender.Run}}, nil
}
