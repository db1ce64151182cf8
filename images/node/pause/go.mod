module firedrill/images/node/pause

go 1.26
