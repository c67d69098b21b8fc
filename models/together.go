package models

import "sync"

// together lets requests that want the same mark at the same time share one reading. A request never
// shares a reading that had begun before it came, so what it gets is never older than itself.
type together struct {
	mutex sync.Mutex
	turns map[string]*turn
}

// turn is a key that is being read now; next is the reading after it, for those who came meanwhile.
type turn struct{ next *reading }

type reading struct {
	begin, done chan struct{}
	mark        Mark
	err         error
}

// do reads the mark of a key, alone or together with others.
func (g *together) do(key string, read func() (Mark, error)) (Mark, error) {
	g.mutex.Lock()
	t := g.turns[key]
	if t == nil {
		t = &turn{}
		g.turns[key] = t
		g.mutex.Unlock()
		defer g.finish(key, t)
		return read()
	}
	r, leads := t.next, false
	if r == nil {
		r, leads = &reading{begin: make(chan struct{}), done: make(chan struct{})}, true
		t.next = r
	}
	g.mutex.Unlock()
	if !leads {
		<-r.done
		return r.mark, r.err
	}
	<-r.begin
	defer g.finish(key, t)
	defer close(r.done)
	r.mark, r.err = read()
	return r.mark, r.err
}

// finish lets the next reading of the key begin, when somebody waits for it.
func (g *together) finish(key string, t *turn) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if t.next == nil {
		delete(g.turns, key)
		return
	}
	close(t.next.begin)
	t.next = nil
}
