package expiry

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// firstEnd is when the first certificate of a chain in PEM expires: with that
// one the chain is worth nothing.
func firstEnd(chain []byte) (time.Time, error) {
	var end time.Time
	for {
		var block *pem.Block
		block, chain = pem.Decode(chain)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return time.Time{}, fmt.Errorf("tls.crt: %w", err)
		}
		if end.IsZero() || certificate.NotAfter.Before(end) {
			end = certificate.NotAfter
		}
	}
	if end.IsZero() {
		return time.Time{}, errors.New("tls.crt: no certificate in PEM")
	}
	return end, nil
}
