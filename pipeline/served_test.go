package pipeline

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/event"
	scheme "firedrill/pipeline/names"
	"firedrill/pipeline/report"
	"firedrill/pipeline/server"
)

func TestServedCountsFromWhereTheFirstCertificateBegan(t *testing.T) {
	begun := beginnings{}
	begun.note(event.Event{Item: "dns", State: event.Started, Time: noon})
	begun.note(event.Event{Item: "cert-manager", State: event.Started, Time: noon.Add(2 * time.Second)})
	begun.note(event.Event{Item: "cert-manager", State: event.Passed, Time: noon.Add(9 * time.Second)})
	first := deploy.FirstCertificate{Object: "Certificate/ingress-peer", Seconds: 8, Parts: []deploy.Part{{Release: "cert-manager", Seconds: 7}, {Release: "ingress", Seconds: 1}}}

	require.Equal(t, &report.Served{URL: "https://web/", Seconds: 12}, begun.served(first, &answered{"https://web/", noon.Add(14 * time.Second)}))
	require.Nil(t, begun.served(first, nil), "nobody was answered")
	require.Nil(t, begun.served(first, &answered{"https://web/", noon.Add(9 * time.Second)}), "a certificate of before")
	require.Nil(t, beginnings{}.served(first, &answered{"https://web/", noon.Add(14 * time.Second)}), "nobody knows when it began")
}

func TestTheFirstCertificateIsShownWithTheFirstVisit(t *testing.T) {
	f := deploy.FirstCertificate{Object: "Certificate/web", Seconds: 8, Parts: []deploy.Part{{Release: "cert-manager", Seconds: 8}}}
	served := &report.Served{URL: "https://web/", Seconds: 9}
	require.Equal(t, report.FirstCertificate{
		Object: "Certificate/web", Seconds: 8, Parts: []report.Part{{Release: "cert-manager", Seconds: 8}}, Served: served,
	}, firstCertificate(f, served))
}

// The end of a deployment is the end of the visits, also when nobody has answered.
func TestADeploymentIsNotHeldUpByVisits(t *testing.T) {
	nobody := &rest.Config{Host: "http://127.0.0.1:1"}
	require.Nil(t, watchAddresses(t.Context(), &content.Content{}, nobody)(), "there are no addresses")
	c := &content.Content{
		Names: &scheme.Scheme{Env: "sandbox", Cluster: "kind", Domain: "firedrill.test"},
		Addresses: &addresses.Addresses{
			Ingress: server.Endpoint{Namespace: "ingress", Service: "ingress", Port: 443},
			Visits:  []addresses.Visit{{App: "website", Path: "/"}},
		},
	}
	require.Nil(t, watchAddresses(t.Context(), c, nobody)())
}
