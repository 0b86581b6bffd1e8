package config

// normalise writes what is compared at run time in the one form it is compared
// in, and fills in defaults. What is not valid stays as it is, to be reported
// in the words of whoever wrote it.
func (c *Config) normalise() {
	if c.Public.Path == "" {
		c.Public.Path = defaultPath
	}
	if c.Maintenance.RemindAfter == 0 {
		c.Maintenance.RemindAfter = defaultRemind
	}
	for i, o := range c.Public.CORSOrigins {
		if form, err := Origin(o); err == nil {
			c.Public.CORSOrigins[i] = form
		}
	}
	for i := range c.Services {
		s := &c.Services[i]
		if s.Title == "" && s.Name != DefaultService {
			s.Title = s.Name
		}
		for j, h := range s.Hosts {
			if form, err := hostPattern(h); err == nil {
				s.Hosts[j] = form
			}
		}
	}
}
