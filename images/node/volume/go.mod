module firedrill/images/node/volume

go 1.26
