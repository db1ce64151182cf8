package report

import "time"

// Address is the result of an item of the step addresses: what a visitor saw of
// something that people reach by name.
type Address struct {
	URL string `json:"url"`
	// Subject, Issuer, Names and NotAfter are those of the certificate, Root is the
	// CA at the end of its chain.
	Subject  string     `json:"subject"`
	Issuer   string     `json:"issuer"`
	Root     string     `json:"root"`
	Names    []string   `json:"names"`
	NotAfter *time.Time `json:"not_after"`
	DaysLeft float64    `json:"days_left"`
	// Protocol is what was agreed on, Refused the old one that was refused.
	Protocol string `json:"protocol"`
	Refused  string `json:"refused"`
	// Redirect is where plain HTTP leads, empty if that was not looked at.
	Redirect   string `json:"redirect"`
	HTTPStatus int    `json:"http_status"`
}

// AddressSummary is one address.
type AddressSummary struct {
	Name     string     `json:"name"`
	Status   Status     `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished"`
	URL      *string    `json:"url" jsonschema:"nullable"`
	Subject  *string    `json:"subject" jsonschema:"nullable"`
	Issuer   *string    `json:"issuer" jsonschema:"nullable"`
	NotAfter *time.Time `json:"not_after" jsonschema:"nullable" jsonschema_description:"End of the certificate."`
	DaysLeft *float64   `json:"days_left" jsonschema:"nullable" jsonschema_description:"Days from then to the end of the certificate."`
	Protocol *string    `json:"protocol" jsonschema:"nullable" jsonschema_description:"Version of TLS that client and server agreed on."`
}

func addresses(m *Model) []AddressSummary {
	list := []AddressSummary{}
	for _, o := range outcomes[Address](m, stepAddresses) {
		r := o.Result
		list = append(list, AddressSummary{
			Name: o.Name, Status: o.Status, URL: known(r.URL), Subject: known(r.Subject), Issuer: known(r.Issuer),
			NotAfter: r.NotAfter, DaysLeft: known(r.DaysLeft), Protocol: known(r.Protocol),
		})
	}
	return list
}
