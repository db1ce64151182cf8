// Command inbox receives notifications for real, by webhook and by mail, and
// tells what came, when and from whom. It keeps them in memory.
package main

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

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
	http := serve.AddSettings(set)
	listenSMTP := set.Address("listen-smtp", ":2525", "address to serve SMTP on")
	notifications := set.Int("max-notifications", 1000, 1, 1_000_000, "how many notifications to keep")
	bytes := set.Int("max-bytes", 16<<20, 1<<20, 1<<30, "how much memory the notifications may take, about")

	return func(ctx context.Context, log *slog.Logger) error {
		server := serve.New(http, log)
		limits := mailbox.Limits{Notifications: *notifications, Bytes: *bytes}
		box := mailbox.New(limits, time.Now, server.Registry)
		server.Handle(webhook.Pattern, webhook.New(box, log))
		read.Add(server, box)
		server.Handle("GET /{$}", page.New(box))
		server.OnEnd(box.Close)

		// If one of the two can't serve, the other ends too.
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return server.Run(ctx) })
		group.Go(func() error { return mail.New(box, log).Run(ctx, *listenSMTP) })
		return group.Wait()
	}
}
