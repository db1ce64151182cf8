package lokitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// interval is how often rules are looked for, and evaluated.
const interval = time.Second

// readyDeadline is for a start, which takes some ten seconds beside compilers.
const readyDeadline = 3 * time.Minute

// config of a Loki that forgets, for many tenants, with lines of any age. It
// sends an alarm with each evaluation, for what it sends before it has found the
// receiver is lost. Its arguments: a folder, two ports, the receiver's URL.
const config = `
auth_enabled: true
analytics: {reporting_enabled: false}
server: {http_listen_address: 127.0.0.1, http_listen_port: %[2]d, grpc_listen_address: 127.0.0.1, grpc_listen_port: %[3]d, log_level: warn}
common:
  path_prefix: %[1]s
  instance_addr: 127.0.0.1
  replication_factor: 1
  ring: {kvstore: {store: inmemory}}
  storage: {filesystem: {chunks_directory: %[1]s/chunks, rules_directory: %[1]s/rules}}
schema_config:
  configs: [{from: "2024-01-01", store: tsdb, object_store: filesystem, schema: v13, index: {prefix: index_, period: 24h}}]
ingester: {lifecycler: {min_ready_duration: 0s, final_sleep: 0s}}
querier: {query_ingesters_within: 0s}
limits_config: {reject_old_samples: false, discover_service_name: []}
ruler:
  storage: {type: local, local: {directory: %[1]s/rules}}
  rule_path: %[1]s/rules-in-use
  wal: {dir: %[1]s/ruler-wal}
  alertmanager_url: %[4]s
  evaluation_interval: 1s
  poll_interval: 1s
  resend_delay: 500ms
`

// loki is a Loki that runs.
type loki struct {
	folder, address string
	log             *bytes.Buffer
	exited          chan error
}

// startLoki starts the program; it ends with the context.
func startLoki(ctx context.Context, program, folder, receiver string) (*loki, error) {
	web, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	grpc, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	l := &loki{folder: folder, address: "http://127.0.0.1:" + strconv.Itoa(web), log: &bytes.Buffer{}, exited: make(chan error, 1)}
	if err := os.MkdirAll(filepath.Join(folder, "rules"), 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, "loki.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, config, folder, web, grpc, receiver), 0o600); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, program, "-config.file="+path, "-target=all")
	command.Stdout, command.Stderr, command.Dir = l.log, l.log, folder
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	go func() { l.exited <- command.Wait() }()
	err = l.ready(ctx)
	return l, err
}

// ready waits until Loki takes lines.
func (l *loki) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyDeadline)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	last := error(nil)
	for {
		select {
		case err := <-l.exited:
			l.exited <- err
			return fmt.Errorf("loki ended before it was ready: %w\n%s", err, l.log)
		case <-ctx.Done():
			return fmt.Errorf("loki is not ready after %s: %w", readyDeadline, last)
		case <-tick.C:
		}
		if last = l.ask(ctx, http.MethodGet, "/ready", "", nil); last == nil {
			return nil
		}
	}
}

// push sends lines of a tenant, in the order of their times.
func (l *loki) push(ctx context.Context, tenant string, streams []stream) error {
	if len(streams) == 0 {
		return nil
	}
	body, err := json.Marshal(map[string]any{"streams": streams})
	if err != nil {
		return err
	}
	return l.ask(ctx, http.MethodPost, "/loki/api/v1/push", tenant, body)
}

// stream are lines with the same labels.
type stream struct {
	Stream map[string]string `json:"stream"`
	Values [][2]string       `json:"values"`
}

// load gives a tenant its rules.
func (l *loki) load(tenant string, file []byte) error {
	folder := filepath.Join(l.folder, "rules", tenant)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "rules.yaml"), file, 0o600)
}

func (l *loki) ask(ctx context.Context, method, path, tenant string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, method, l.address+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Scope-OrgID", tenant)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("%s %s of tenant %s: %s: %s", method, path, tenant, response.Status, text)
	}
	return nil
}

// freePort is a port of loopback on which nobody listens.
func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
