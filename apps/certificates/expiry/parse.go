package expiry

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// life is from when the first certificate of a chain in PEM is good, which is what
// was issued, until the first of all expires: with that one the chain is worth
// nothing.
func life(chain []byte) (begin, end time.Time, err error) {
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
			return begin, end, fmt.Errorf("tls.crt: %w", err)
		}
		if end.IsZero() {
			begin = certificate.NotBefore
		}
		if end.IsZero() || certificate.NotAfter.Before(end) {
			end = certificate.NotAfter
		}
	}
	if end.IsZero() {
		return begin, end, errors.New("tls.crt: no certificate in PEM")
	}
	return begin, end, nil
}
