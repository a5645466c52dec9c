// A library that keeps words by themselves as keys (the search of dropdowns does) must not reach what all
// objects inherit when a dataset is called __proto__ or constructor: without the accessor it is a key like others.
delete Object.prototype.__proto__;
