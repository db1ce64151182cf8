package addresses

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline/kube"
)

// leadsHere asks the DNS server for a name, which has to lead to where the ingress
// controller is reached. It asks that server and no other: what this machine knows
// of names says nothing of the zone.
func (c *checker) leadsHere(ctx context.Context, host string) error {
	wanted, err := c.reachedAt(ctx)
	if err != nil {
		return err
	}
	found, err := c.lookUp(ctx, host)
	if err != nil {
		return fmt.Errorf("ask %s for its address: %w", c.dnsServer(), err)
	}
	if len(found) == 0 {
		return fmt.Errorf("%s has no address for it; %s", c.dnsServer(), c.whoWrites())
	}
	for _, address := range found {
		if !slices.Contains(wanted, address) {
			return fmt.Errorf("%s leads it to %s, not to %s, where Service %s/%s is reached; %s",
				c.dnsServer(), address, strings.Join(wanted, ", "), c.Config.Ingress.Namespace, c.Config.Ingress.Service, c.whoWrites())
		}
	}
	return nil
}

// dnsServer is how the DNS server stands in messages.
func (c *checker) dnsServer() string {
	to := c.Config.DNS
	return fmt.Sprintf("the DNS server (Service %s/%s:%d)", to.Namespace, to.Service, to.Port)
}

// whoWrites says where to look for the reason.
func (c *checker) whoWrites() string {
	return fmt.Sprintf("external-dns writes what the Ingress' status says: look at `kubectl get ingress --namespace %s` and `kubectl logs --namespace %s deployment/external-dns`",
		c.Config.Ingress.Namespace, c.Config.DNS.Namespace)
}

// reachedAt is where the Service of the ingress controller is reached: what the
// controller writes into the status of Ingresses, and external-dns into the zone.
func (c *checker) reachedAt(ctx context.Context) ([]string, error) {
	client, err := kube.Client(c.REST)
	if err != nil {
		return nil, err
	}
	to := c.Config.Ingress
	s, err := client.CoreV1().Services(to.Namespace).Get(ctx, to.Service, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("read where Service %s/%s is reached: %w", to.Namespace, to.Service, err)
	}
	if s.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return []string{s.Spec.ClusterIP}, nil
	}
	var all []string
	for _, at := range s.Status.LoadBalancer.Ingress {
		all = append(all, cmp.Or(at.IP, at.Hostname))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no load balancer has given Service %s/%s an address yet; `kubectl describe service --namespace %s %s` says why",
			to.Namespace, to.Service, to.Namespace, to.Service)
	}
	return all, nil
}

// lookUp returns the addresses that the DNS server has for a name, and the name to
// which it leads instead. There are none of a name that it does not know.
func (c *checker) lookUp(ctx context.Context, host string) ([]string, error) {
	name, err := dnsmessage.NewName(host + ".")
	if err != nil {
		return nil, err
	}
	conn, err := c.DNS.Dial(ctx, c.Config.DNS.Port)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // long ago: what waits, ends
	defer stop()
	said, err := exchange(conn, dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 1, RecursionDesired: true}, // one question a connection
		Questions: []dnsmessage.Question{{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
	})
	switch {
	case err != nil:
		return nil, err
	case said.RCode != dnsmessage.RCodeSuccess && said.RCode != dnsmessage.RCodeNameError:
		return nil, fmt.Errorf("it answers %s; is it in charge of the zone?", strings.TrimPrefix(said.RCode.String(), "RCode"))
	}
	return leads(said.Answers, name), nil
}

// exchange sends a message as DNS goes over TCP, the length before it, and reads
// the answer.
func exchange(conn net.Conn, asked dnsmessage.Message) (said dnsmessage.Message, err error) {
	const length = 2
	text, err := asked.AppendPack(make([]byte, length))
	if err != nil {
		return said, fmt.Errorf("write the question: %w", err)
	}
	binary.BigEndian.PutUint16(text, uint16(len(text)-length))
	if _, err := conn.Write(text); err != nil {
		return said, fmt.Errorf("send the question: %w", err)
	}
	size := make([]byte, length)
	if _, err := io.ReadFull(conn, size); err != nil {
		return said, fmt.Errorf("read the answer: %w", err)
	}
	text = make([]byte, binary.BigEndian.Uint16(size))
	if _, err := io.ReadFull(conn, text); err != nil {
		return said, fmt.Errorf("read the answer: %w", err)
	}
	if err := said.Unpack(text); err != nil {
		return said, fmt.Errorf("read the answer: %w", err)
	}
	return said, nil
}

// leads are the addresses, and the other name, in the answers about a name.
func leads(answers []dnsmessage.Resource, name dnsmessage.Name) (all []string) {
	for _, a := range answers {
		if !strings.EqualFold(a.Header.Name.String(), name.String()) {
			continue // of the name that this one leads to
		}
		switch body := a.Body.(type) {
		case *dnsmessage.AResource:
			all = append(all, netip.AddrFrom4(body.A).String())
		case *dnsmessage.CNAMEResource:
			all = append(all, strings.TrimSuffix(body.CNAME.String(), "."))
		}
	}
	return all
}
