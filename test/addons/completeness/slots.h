// The words through which loaded objects call others, copied before and compared after: an independent look at what
// the hooks leave behind. Reads relocations by itself.
#ifndef COMPLETENESS_SLOTS_H_
#define COMPLETENESS_SLOTS_H_

// Copies every function slot and symbol value of the objects loaded now; returns their number.
double save_slots(const char* text, double number);
// How many of them hold something else now. Jump slots that the loader bound since (a first call) are not counted,
// unless they lead into the object whose path contains `hooks_object`.
double changed_slots(const char* hooks_object, double number);
// How many slots lead into the object whose path contains `object`; its own among them. Saves the slots anew.
double slots_into(const char* object, double number);

#endif // COMPLETENESS_SLOTS_H_
