// Command external-dns keeps the names of a DNS server in step with Ingresses and
// Services: upstream's parts with one provider, that of dynamic updates (RFC 2136),
// so that no cloud's library is in it. It takes upstream's flags, and says besides
// that it is ready when the names have been in step once.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	log "github.com/sirupsen/logrus"
	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns/validation"
	"sigs.k8s.io/external-dns/provider/rfc2136"
	"sigs.k8s.io/external-dns/registry"
	"sigs.k8s.io/external-dns/source"
	"sigs.k8s.io/external-dns/source/wrappers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log.SetFormatter(&log.JSONFormatter{})
	if err := run(ctx, os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string) error {
	config := externaldns.NewConfig()
	if err := config.ParseFlags(args); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	if err := validation.ValidateConfig(config); err != nil {
		return fmt.Errorf("check the flags: %w", err)
	}
	if config.Provider != "rfc2136" || config.Registry != "txt" {
		return fmt.Errorf("provider %q with registry %q: this program has only rfc2136 and txt; take upstream's image for others", config.Provider, config.Registry)
	}
	names, err := newKeeper(ctx, config)
	if err != nil {
		return err
	}
	var inStep atomic.Bool
	server := &http.Server{Addr: config.MetricsAddress, Handler: health(&inStep), ReadHeaderTimeout: 5 * time.Second}
	go func() { log.Fatal(server.ListenAndServe()) }()
	names.keep(ctx, &inStep)
	return nil
}

// health answers well when the names have been in step once.
func health(inStep *atomic.Bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !inStep.Load() {
			http.Error(w, "the names have not been in step yet; the log says why", http.StatusServiceUnavailable)
		}
	})
}

// newKeeper puts upstream's parts together.
func newKeeper(ctx context.Context, c *externaldns.Config) (*keeper, error) {
	settings := source.NewSourceConfig(c)
	clients := &source.SingletonClientGenerator{KubeConfig: c.KubeConfig, APIServerURL: c.APIServerURL}
	sources, err := source.ByNames(ctx, clients, c.Sources, settings)
	if err != nil {
		return nil, fmt.Errorf("read %v of the cluster: %w", c.Sources, err)
	}
	filter := endpoint.NewDomainFilterWithExclusions(c.DomainFilter, c.ExcludeDomains)
	server, err := rfc2136.NewRfc2136Provider(c.RFC2136Host, c.RFC2136Port, c.RFC2136Zone, c.RFC2136Insecure,
		c.RFC2136TSIGKeyName, c.RFC2136TSIGSecret, c.RFC2136TSIGSecretAlg, c.RFC2136TAXFR, filter, c.DryRun, c.RFC2136MinTTL,
		c.RFC2136CreatePTR, false, "", "", "", c.RFC2136BatchChangeSize, rfc2136.TLSConfig{}, c.RFC2136LoadBalancingStrategy, nil)
	if err != nil {
		return nil, fmt.Errorf("set up updates of %v: %w", c.RFC2136Host, err)
	}
	owned, err := registry.NewTXTRegistry(server, c.TXTPrefix, c.TXTSuffix, c.TXTOwnerID, c.TXTCacheInterval,
		c.TXTWildcardReplacement, c.ManagedDNSRecordTypes, c.ExcludeDNSRecordTypes, false, nil)
	if err != nil {
		return nil, fmt.Errorf("tell own names from others: %w", err)
	}
	all := wrappers.NewDedupSource(wrappers.NewMultiSource(sources, settings.DefaultTargets, settings.ForceDefaultTargets))
	return &keeper{Config: c, wanted: all, names: owned, filter: filter}, nil
}
