package certificates

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// The keys of the Secret with the key for DNS.
const (
	tsigKey  = "key"
	tsigBIND = "named.conf"
)

// tsigBytes is as long as the hash of HMAC-SHA256.
const tsigBytes = 32

// tsig gives all namespaces the same key. One that is there already, in whichever
// of them, stays: a server knows no two of one name.
func (p placer) tsig(ctx context.Context) error {
	var key string
	for _, namespace := range p.TSIG.Namespaces {
		there, err := p.store.secret(ctx, namespace, p.TSIG.Secret)
		if err != nil {
			return err
		}
		if there != nil && len(there.Data[tsigKey]) > 0 && key == "" {
			key = string(there.Data[tsigKey])
		}
	}
	if key == "" {
		raw := make([]byte, tsigBytes)
		_, _ = rand.Read(raw) // crypto/rand never fails: it ends the program instead
		key = base64.StdEncoding.EncodeToString(raw)
	}
	for _, namespace := range p.TSIG.Namespaces {
		err := p.store.putSecret(ctx, namespace, p.TSIG.Secret, corev1.SecretTypeOpaque, map[string][]byte{
			tsigKey:  []byte(key),
			tsigBIND: fmt.Appendf(nil, "key %q { algorithm hmac-sha256; secret %q; };\n", p.TSIG.Key, key),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
