package models

import "time"

// Instant is a moment in milliseconds since 1970-01-01 UTC, the same integer on both databases.
// Zero means that the thing has not happened.
type Instant int64

// At is the instant of t, cut to the millisecond.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time is the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// IsZero reports whether the thing has not happened.
func (i Instant) IsZero() bool { return i == 0 }

// Add is the instant d later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }
