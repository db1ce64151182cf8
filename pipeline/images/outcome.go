package images

import (
	"errors"

	"firedrill/pipeline/event"
	"firedrill/pipeline/images/store"
)

// start begins the image's task once.
func (e *ensurer) start(name string) *event.Task {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tasks[name] == nil {
		e.tasks[name] = e.options.Sink.Start(name)
	}
	return e.tasks[name]
}

// Progress is called by the builder.
func (e *ensurer) Progress(name, message string) { e.start(name).Progress(message) }

// Done is called by the builder for each image, built or failed.
func (e *ensurer) Done(name string, entry store.Entry, err error) {
	var image Image
	if err == nil {
		image, err = e.options.Store.describe(entry)
	}
	e.end(name, image, err)
}

func (e *ensurer) end(name string, image Image, err error) {
	task := e.start(name)
	e.mu.Lock()
	e.images[name], e.errs[name] = image, err
	e.mu.Unlock()
	if err != nil {
		_ = task.End(err, nil)
		return
	}
	_ = task.End(nil, image)
}

func (e *ensurer) result() ([]Image, error) {
	var images []Image
	var errs []error
	for _, s := range e.options.Specs {
		if err := e.errs[s.Name]; err != nil {
			errs = append(errs, err)
			continue
		}
		images = append(images, e.images[s.Name])
	}
	return images, errors.Join(errs...)
}
