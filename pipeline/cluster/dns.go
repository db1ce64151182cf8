package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// dnsTimeout is how long kubeadm's CoreDNS configuration may be in coming.
const dnsTimeout = 30 * time.Second

// Delegation is a zone of DNS and the server in charge of it.
type Delegation struct {
	Zone   string `yaml:"zone,omitempty" jsonschema:"minLength=1" jsonschema_description:"Domain, such as firedrill.test; everything below it belongs to it. That of names when not given."`
	Server string `yaml:"server" jsonschema:"required,minLength=1" jsonschema_description:"Address of the server, such as that of a Service in the cluster; port 53."`
}

// setUpDNS has CoreDNS ask the servers of delegated zones and, offline, answer
// foreign names itself. Its own `reload` plugin, or the first start of its pods,
// picks the change up.
func setUpDNS(ctx context.Context, client kubernetes.Interface, cfg Config) error {
	ctx, cancel := context.WithTimeout(ctx, dnsTimeout)
	defer cancel()
	maps := client.CoreV1().ConfigMaps(metav1.NamespaceSystem)
	dns, err := maps.Get(ctx, "coredns", metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read CoreDNS' configuration: %w", err)
	}
	if cfg.Offline {
		dns.Data["Corefile"] = answerForeignNames(dns.Data["Corefile"])
	}
	dns.Data["Corefile"] += delegated(cfg.Delegate)
	if _, err := maps.Update(ctx, dns, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("write CoreDNS' configuration: %w", err)
	}
	return nil
}

// foreignNames is the server block for names outside the cluster. It must be
// one of its own: in one block with `kubernetes`, `template` would come first
// and answer for the cluster's names too.
const foreignNames = `.:53 {
    errors
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`

// answerForeignNames narrows kubeadm's Corefile to the cluster's own names and
// adds a block that denies all others at once, instead of forwarding them.
func answerForeignNames(corefile string) string {
	var out strings.Builder
	inForward := false
	for line := range strings.Lines(corefile) {
		word := strings.TrimSpace(line)
		switch {
		case word == ".:53 {":
			out.WriteString("cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {\n")
		case strings.HasPrefix(word, "forward "):
			inForward = strings.HasSuffix(word, "{")
		case inForward:
			inForward = word != "}"
		default:
			out.WriteString(line)
		}
	}
	return out.String() + foreignNames
}

// delegated has a server block for each zone. Nothing is kept: a record that has
// just been written is found at once.
func delegated(zones []Delegation) string {
	var out strings.Builder
	for _, d := range zones {
		fmt.Fprintf(&out, "%s:53 {\n    errors\n    forward . %s\n}\n", d.Zone, d.Server)
	}
	return out.String()
}
