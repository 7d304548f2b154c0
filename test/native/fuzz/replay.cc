// Stands in for libFuzzer where there is none: runs a target once over each file of the directories that are named.
#include <dirent.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string directory = argv[i];
    DIR* entries = ::opendir(directory.c_str());
    if (entries == nullptr) {
      std::perror(argv[i]);
      return 1;
    }
    while (const dirent* entry = ::readdir(entries)) {
      if (entry->d_name[0] == '.') continue;
      const std::string name = directory + "/" + entry->d_name;
      std::ifstream file(name, std::ios::binary);
      const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
      // Named before it runs: the last one printed is the one that failed.
      std::printf("%s\n", name.c_str());
      std::fflush(stdout);
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(content.data()), content.size());
      ++count;
    }
    ::closedir(entries);
  }
  std::printf("%zu inputs\n", count);
  return count > 0 ? 0 : 1;
}
