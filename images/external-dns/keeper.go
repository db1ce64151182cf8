package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	log "github.com/sirupsen/logrus"
	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/plan"
	"sigs.k8s.io/external-dns/provider"
	"sigs.k8s.io/external-dns/registry"
	"sigs.k8s.io/external-dns/source"
)

// keeper changes what names there are into those that are wanted.
type keeper struct {
	*externaldns.Config
	wanted source.Source
	names  registry.Registry
	filter endpoint.DomainFilterInterface
}

// keep works at each change in the cluster, and now and then, since a DNS server
// may have forgotten.
func (k *keeper) keep(ctx context.Context, inStep *atomic.Bool) {
	changed := make(chan struct{}, 1)
	k.wanted.AddEventHandler(ctx, func() {
		select {
		case changed <- struct{}{}:
		default: // it is known already
		}
	})
	for {
		if err := k.once(ctx); err != nil {
			log.Errorf("keep names in step: %v; the next try is in %s", err, k.Interval)
		} else {
			inStep.Store(true)
		}
		select {
		case <-changed:
		case <-time.After(k.Interval):
		case <-ctx.Done():
			return
		}
		// Changes come in swarms.
		select {
		case <-time.After(k.MinEventSyncInterval):
		case <-ctx.Done():
			return
		}
	}
}

// once makes the names those that are wanted now.
func (k *keeper) once(ctx context.Context) error {
	there, err := k.names.Records(ctx)
	if err != nil {
		return fmt.Errorf("ask the DNS server for its names: %w", err)
	}
	ctx = context.WithValue(ctx, provider.RecordsContextKey, there)
	wanted, err := k.wanted.Endpoints(ctx)
	if err != nil {
		return fmt.Errorf("look what names are wanted: %w", err)
	}
	if wanted, err = k.names.AdjustEndpoints(wanted); err != nil {
		return fmt.Errorf("look what names are wanted: %w", err)
	}
	changes := (&plan.Plan{
		Policies: []plan.Policy{plan.Policies[k.Policy]}, Current: there, Desired: wanted,
		DomainFilter:   endpoint.MatchAllDomainFilters{k.filter, k.names.GetDomainFilter()},
		ManagedRecords: k.ManagedDNSRecordTypes, ExcludeRecords: k.ExcludeDNSRecordTypes, OwnerID: k.names.OwnerID(),
	}).Calculate().Changes
	if !changes.HasChanges() {
		return nil
	}
	if err := k.names.ApplyChanges(ctx, changes); err != nil {
		return fmt.Errorf("write names: %w", err)
	}
	return nil
}
