package report

// The values that the pipeline puts into event.Event.Result. Which type
// belongs to which step is said in decode.go. A nil pointer is something that
// the run did not do or did not see: it stays null in summary.json.

// Run is the result of the step "run". Sent with its Started event, it also
// names a run that is killed later.
type Run struct {
	Name      string `json:"name"`
	HostCores int    `json:"host_cores"`
}

// Check is the result of one item of the step machine.
type Check struct {
	Name string `json:"name"`
	// Status is the checker's own word, such as ok, lack or fixed.
	Status string `json:"status"`
	// Found is what the machine has.
	Found string `json:"found"`
	// Fix is what to do about a lack, empty if there is none.
	Fix string `json:"fix,omitempty"`
}

// Image is the result of one item of the step images.
type Image struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
	// Source is how the image was come by: built, cached or pulled.
	Source  string  `json:"source"`
	Seconds float64 `json:"seconds"`
	Bytes   int64   `json:"bytes,omitempty"`
}

// Release is the result of one item of the steps deploy and ready.
type Release struct {
	Name      string  `json:"name"`
	Namespace string  `json:"namespace"`
	Chart     string  `json:"chart"`
	Seconds   float64 `json:"seconds"`
	// Ready lists the objects that were waited for, in the order in which
	// they became ready.
	Ready []Ready `json:"ready,omitempty"`
	// Later says that it was installed only; the step ready waits for it.
	Later bool `json:"later,omitempty"`
}

// Ready is an object of a release and how long it took to become ready.
type Ready struct {
	// Object is kind/name, such as Deployment/website.
	Object  string  `json:"object"`
	Seconds float64 `json:"seconds"`
}

// FirstCertificate is the result of the step deploy as a whole: how long it took
// until the first certificate was issued, from the start of the first release that
// had to be there for it.
type FirstCertificate struct {
	// Object is kind/name, such as Certificate/website.
	Object  string  `json:"object"`
	Seconds float64 `json:"seconds"`
	// Parts are the releases that had to be ready one after the other. They add
	// up to Seconds.
	Parts []Part `json:"parts"`
	// Served is nil if no address was answered before the deployment had ended.
	Served *Served `json:"served,omitempty"`
}

// Served is the first address that was answered as it should be, over HTTPS, and
// how long that took from the same start.
type Served struct {
	URL     string  `json:"url"`
	Seconds float64 `json:"seconds"`
}

// Part is what one release adds.
type Part struct {
	Release string  `json:"release"`
	Seconds float64 `json:"seconds"`
}
