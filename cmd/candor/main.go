// Command candor is Caddy with its standard modules and Candor.
package main

func main() {}
