package memory

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// pace is how long the last piece took, in seconds a byte, with the kernel's
// small pages and with its large ones. Large ones took a tenth of the time on a
// machine whose memory nobody had used yet, and ten times as long on one where
// the kernel first had to move things out of their way.
type pace struct{ small, large float64 }

// take takes a piece by the pages that were faster the last time.
func (p *pace) take(n int) ([]byte, error) {
	with, last := 0, &p.small
	if p.large < p.small {
		with, last = unix.MADV_HUGEPAGE, &p.large
	}
	began := time.Now()
	piece, err := write(n, with)
	*last = time.Since(began).Seconds() / float64(n)
	return piece, err
}

// write maps n bytes and writes to every page of them, on all processors at
// once. The advice is unix.MADV_HUGEPAGE, or 0 for none.
func write(n, advice int) ([]byte, error) {
	p, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("map %d bytes: %w", n, err)
	}
	if advice != 0 {
		_ = unix.Madvise(p, advice) // only faster
	}
	var done sync.WaitGroup
	workers := runtime.NumCPU()
	share := (n/page + workers - 1) / workers * page
	for from := 0; from < n; from += share {
		done.Go(func() {
			for i := from; i < min(from+share, n); i += page {
				p[i] = 1
			}
		})
	}
	done.Wait()
	return p, nil
}
