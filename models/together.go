package models

import (
	"errors"
	"runtime"
	"sync"
)

// together lets requests that want the same mark at the same time share one reading. A request never
// shares a reading that had begun before it came, so what it gets is never older than itself.
type together struct {
	mutex sync.Mutex
	open  map[string]*reading // not begun yet
}

var errReading = errors.New("the mark could not be read")

type reading struct {
	done chan struct{}
	mark Mark
	err  error
}

// do reads the mark of a key, alone or together with others.
func (g *together) do(key string, read func() (Mark, error)) (Mark, error) {
	g.mutex.Lock()
	if r := g.open[key]; r != nil {
		g.mutex.Unlock()
		<-r.done
		return r.mark, r.err
	}
	r := &reading{done: make(chan struct{})}
	g.open[key] = r
	g.mutex.Unlock()
	runtime.Gosched() // whoever is on the way may come along: a busy site then reads once for many
	g.mutex.Lock()
	delete(g.open, key)
	g.mutex.Unlock()
	defer close(r.done)
	r.err = errReading // until it is read: nobody shares the silence of a broken reading
	r.mark, r.err = read()
	return r.mark, r.err
}
