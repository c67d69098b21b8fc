package models

import (
	"context"
	"time"

	"gorm.io/gorm/logger"
)

// tracer tells tests which statements run, and passes everything on to the log.
type tracer struct {
	logger.Interface
	tell func(statement string)
}

// Trace is called by GORM after every statement.
func (t tracer) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	sql, _ := statement()
	t.tell(sql)
	t.Interface.Trace(ctx, begin, statement, err)
}

// trace makes both pools tell their statements; before the first one runs.
func (s *Store) trace(tell func(statement string)) {
	s.write.Logger = tracer{s.write.Logger, tell}
	if s.read != s.write {
		s.read.Logger = tracer{s.read.Logger, tell}
	}
}
