#include <stdint.h>
int  cdoorbell_map(int fd);
void cdoorbell_unmap(int handle);
uint32_t cdoorbell_word(int handle);
void cdoorbell_ring(int handle);
int  cdoorbell_wait(int handle, uint32_t seen, int64_t timeout_ns);
