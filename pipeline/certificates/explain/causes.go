package explain

import "regexp"

// cause is what somebody in the chain says, and what it means.
type cause struct {
	says    *regexp.Regexp
	why, do string
}

// causes are tried in their order: the more exact come first. The words are those
// of cert-manager 1.11, of BIND and of ACME servers.
var causes = []cause{
	{
		// A server answers NOTAUTH to all three (RFC 8945), with what it minds in
		// the signature, which cert-manager does not look at.
		regexp.MustCompile(`DNS update failed.*(NOTAUTH|bad (authentication|signature|key|time))`),
		"the DNS server does not accept the signed update (TSIG): the key is another, or the server is not in charge of the zone, or its clock differs (an update is good for five minutes)",
		"both must have the same key under the same name and algorithm: compare the issuer's rfc2136 (tsigKeyName, tsigAlgorithm, tsigSecretSecretRef) with the server's named.conf; after a change of the Secret restart the server; `date -u` on both must say the same, or set the clocks of the nodes by NTP",
	},
	{
		regexp.MustCompile(`DNS update failed.*(REFUSED|NOTZONE)`),
		"the DNS server takes no updates of this zone by this key",
		"allow them in the server's zone (allow-update, or update-policy), and check that the name is inside the zone",
	},
	{
		regexp.MustCompile(`DNS update failed.*(timeout|refused|unreachable|no such host|no route)`),
		"the DNS server that is to be updated does not answer",
		"look whether its pods are ready, whether the issuer's nameserver is its address and port, and whether a NetworkPolicy lets cert-manager reach it on UDP and TCP",
	},
	{
		regexp.MustCompile(`Could not (determine (the zone|authoritative nameservers)|find the (SOA|start of authority) record)|rcode was expected to be`),
		"nobody knows which server is in charge of the name: the zone is not delegated",
		"give the zone's parent NS records for it (and addresses for these), or have the cluster's DNS forward the zone to its server; `dig +trace NAME SOA` shows where the trail ends",
	},
	{
		regexp.MustCompile(`DNS-01 challenge propagation`),
		"the record for the challenge was written, and those that are asked for it do not show it yet",
		"wait for the zone's secondaries; if it stays so, the zone is delegated to other servers than the one that is updated: compare its NS records with the issuer's nameserver",
	},
	{
		regexp.MustCompile(`HTTP-01 challenge propagation.*(no such host|server misbehaving)`),
		"the challenge cannot be met: the name has no address",
		"give the name an address that leads to the ingress controller (an A record; external-dns does it by itself)",
	},
	{
		regexp.MustCompile(`HTTP-01 challenge propagation.*wrong status code`),
		"the challenge cannot be met: somebody else answers for its path",
		"the ingress controller must send /.well-known/acme-challenge/ to the solver's pod: look at the Ingress cm-acme-http-solver-…, at its class, and for a redirect to HTTPS that comes first",
	},
	{
		regexp.MustCompile(`HTTP-01 challenge propagation`),
		"the challenge cannot be met: nobody answers for its path",
		"look whether the name leads to the ingress controller, whether the pod cm-acme-http-solver-… runs, and whether a NetworkPolicy lets the controller, cert-manager and the ACME server through",
	},
	{
		regexp.MustCompile(`\bCAA\b|error:caa`),
		"the zone's CAA record does not allow this authority to sign for the name",
		"add the authority to the CAA record of the zone, or take the record away",
	},
	{
		regexp.MustCompile(`(?i)rateLimited|too many (certificates|new orders|failed)`),
		"the ACME server has given out too many certificates already",
		"wait as long as it says; try things out with its staging server",
	},
	{
		// crypto/x509 says "has expired or is not yet valid" of both, and which of
		// them by the times alone.
		regexp.MustCompile(`current time \S+ is before|its authority .* is not yet valid`),
		"a certificate is not valid yet: a clock is off",
		"set the clocks of the nodes by NTP",
	},
	{
		regexp.MustCompile(`current time \S+ is after`),
		"the certificate that is shown has expired",
		"renew it, and restart who shows it; if by `date -u` it has not expired, a clock is ahead: set the clocks of the nodes by NTP",
	},
	{
		regexp.MustCompile(`its authority .* has expired on`),
		"the authority has expired: whatever it signs, nobody trusts",
		"`firedrill certificates rotate` makes a new one and has everything signed again",
	},
	{
		regexp.MustCompile(`its authority .* expires on`),
		"the authority is about to expire, and nothing that it signs can live longer",
		"`firedrill certificates rotate`, before that day",
	},
	{
		regexp.MustCompile(`(?i)unauthorized|Error accepting authorization|urn:ietf:params:acme:error`),
		"the ACME server looked at the challenge and was not convinced",
		"it sees the name from outside: what it says above is what it found there; compare with what you find from there",
	},
	{
		regexp.MustCompile(`x509: certificate signed by unknown authority`),
		"cert-manager does not trust the server that it asks",
		"put the server's root into the trust bundle of cert-manager's namespace (ConfigMap firedrill-ca) and restart cert-manager",
	},
	{
		regexp.MustCompile(`(?i)ErrGetKeyPair|SecretMissing|secrets? (\S+ )?not found`),
		"the issuer has no key to sign with",
		"`firedrill deploy` puts the intermediate into the Secret that the issuer names; see whether certificates.issuing in firedrill.yaml names the same",
	},
	{
		regexp.MustCompile(`(?i)ErrRegisterACMEAccount|failed to register ACME account`),
		"the ACME server cannot be reached, or refuses the account",
		"look whether it runs, whether the issuer's server is its address, and whether a NetworkPolicy lets cert-manager reach it",
	},
	{
		regexp.MustCompile(`(?i)issuer.*(does not exist|not found)|^does not exist$`),
		"nobody is there to sign: the object that is named does not exist",
		"correct the issuerRef of the Certificate, or install the chart issuers",
	},
	{
		regexp.MustCompile(`Denied is True`),
		"an approver has denied the request",
		"ask whoever runs the approver; its reason stands above",
	},
	{
		regexp.MustCompile(`cert-manager has said nothing of it yet`),
		"cert-manager does not work on it",
		"look whether its controller runs and is the leader: `kubectl -n cert-manager logs deploy/cert-manager`",
	},
}
