// Package disk has the files that a room sends where a person has them: on a disk. It reads what is sent, and writes
// what comes, block by block in any order.
//
//	paths ─ Find ─► []File ─ Read ─► Source ─ Block(index) ─► blocks      FOLDER/
//	pipe ── Spool ──┘ (hashed once)                                        ├ NAME.….parley-part/   while it comes
//	                                                                       │  ├ 0, 1, …            a file each
//	blocks ─ Write(index) ─► Sink ─ Finish ─► names                        │  └ state              which are there
//	                          └ Block(index), Stream ─► what is there      └ NAME                  when all is there
//
// No block is kept twice: a block is made again from the file that its bytes are in, and given only if it is still the
// same (SPEC F2, F7). What the files take in memory does not grow with their size, but for 32 bytes for each block.
//
// # What may happen meanwhile
//
// A process that is killed loses the block that it was writing; one whose machine loses power the blocks since the
// last time that the disk was told to keep them, at most 64 MiB. [NewSink] finds out which those are. Names come from
// others: everything is opened below an [os.Root], in a folder of numbers until it is whole, so that no name and no
// link leads out of the folder that the person chose; nothing that is there is written over, and nothing can be run.
package disk
