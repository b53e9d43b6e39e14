// Package photo turns an uploaded picture into two square renditions that are
// safe to serve, and keeps them.
//
// A picture is never served as it was uploaded: it is decoded, oriented as its
// EXIF data says, cropped to a square, scaled and encoded anew, which drops all
// metadata (GPS position, camera, comments) and whatever else the file carried.
//
// # Memory
//
// The header is checked before anything is decoded, but an accepted picture of
// 40 megapixels takes from 60 MB (JPEG 4:2:0) and 160 MB (PNG) to 600 MB
// (progressive JPEG without subsampling) while it is decoded. A Processor
// therefore decodes one picture at a time unless told otherwise.
package photo
