package caddymodule

import "net/http"

func (a *App) serveOwn(w http.ResponseWriter, r *http.Request, svc *service, rest string) {}
