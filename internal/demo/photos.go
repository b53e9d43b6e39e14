package demo

import (
	"bytes"
	"context"
	"image/jpeg"
	"sync"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/photo"
)

// picture is a portrait in both sizes and the key by which a user refers to it.
type picture struct {
	renditions []photo.Rendition
	key        string
}

// draw begins to draw the portraits, on two cores; what it returns waits for
// the last.
func (b *builder) draw() func() (map[string]picture, error) {
	var (
		mu    sync.Mutex
		all   = map[string]picture{}
		fault error
		wait  sync.WaitGroup
	)
	queue := make(chan *people.Employee, len(b.company.People))
	for i := range b.company.People {
		if e := &b.company.People[i]; e.HasPhoto {
			queue <- e
		}
	}
	close(queue)
	for range 2 {
		wait.Go(func() {
			for e := range queue {
				p, err := paint(e)
				mu.Lock()
				all[e.Email] = p
				if err != nil {
					fault = err
				}
				mu.Unlock()
			}
		})
	}
	return func() (map[string]picture, error) {
		wait.Wait()
		return all, fault
	}
}

// paint draws one portrait in the sizes that uploads are brought to. It is our
// own drawing: there is nothing in it that would have to be decoded first.
func paint(e *people.Employee) (picture, error) {
	var p picture
	for _, side := range []int{photo.LargeSide, photo.SmallSide} {
		var data bytes.Buffer
		const quality = 88
		if err := jpeg.Encode(&data, people.Portrait(e.PortraitSeed, side), &jpeg.Options{Quality: quality}); err != nil {
			return p, err
		}
		p.renditions = append(p.renditions, photo.Rendition{Side: side, ContentType: "image/jpeg", Data: data.Bytes()})
	}
	p.key = p.renditions[0].Key() + " " + p.renditions[1].Key()
	return p, nil
}

// keep stores the photos of all people, many at once: each waits for the disk.
func (b *builder) keep(ctx context.Context, tenant iam.TenantID) error {
	var (
		mu    sync.Mutex
		fault error
		wait  sync.WaitGroup
	)
	for _, p := range b.photos {
		wait.Go(func() {
			for _, r := range p.renditions {
				if err := b.Photos.Put(ctx, string(tenant), r.Key(), r.Data, r.ContentType); err != nil {
					mu.Lock()
					fault = err
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	return fault
}
