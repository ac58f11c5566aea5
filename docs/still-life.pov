// The still life of the README's picture. povray still-life.pov +W768 +H512 +A0.15 +AM2 +R3
#version 3.7;
#include "colors.inc"
#include "textures.inc"
#include "woods.inc"
#include "stones.inc"
#include "metals.inc"
#include "glass.inc"
global_settings {
  assumed_gamma 1.0
  radiosity { pretrace_start 0.08 pretrace_end 0.01 count 120 nearest_count 8 error_bound 0.7 recursion_limit 1 gray_threshold 0.2 }
  photons { count 60000 }
}
camera { location <0.1, 3.2, -9.4> look_at <-0.15, 1.55, 0> angle 41 right x*3/2 }
// A window to the left, a weak light from behind.
light_source { <-7, 7, -4> color rgb <1.0, 0.93, 0.82>*1.15 area_light <2.2,0,0>, <0,2.2,0>, 5, 5 adaptive 1 jitter circular orient photons { reflection on refraction on } }
light_source { <6, 5, -7> color rgb <0.55, 0.65, 0.85>*0.35 shadowless }
// Wall of rough plaster.
plane { z, 4.2
  texture { pigment { bozo turbulence 0.6 color_map { [0 rgb <0.55,0.56,0.52>] [1 rgb <0.63,0.62,0.56>] } scale 2 }
            normal { granite 0.25 scale 0.6 } finish { diffuse 0.75 } } }
// Table.
box { <-8, -0.4, -4>, <8, 0, 4>
  texture { pigment { wood turbulence <0.08,0.05,0.3> octaves 4 rotate <2, 88, 0> scale <1.3,0.55,0.4>
      color_map { [0.0 rgb <0.36,0.21,0.10>] [0.5 rgb <0.30,0.165,0.075>] [0.85 rgb <0.22,0.11,0.05>] [1 rgb <0.34,0.20,0.09>] } }
    normal { wood 0.15 turbulence 0.2 rotate <2,88,0> scale <1.3,0.55,0.4> } finish { diffuse 0.75 specular 0.25 roughness 0.03 reflection { 0.02, 0.12 } } } }
// A cloth with woven threads and a check.
#declare Weave = texture {
  pigment { checker rgb <0.78,0.74,0.66>, rgb <0.52,0.12,0.11> scale 0.42 }
  normal { average normal_map { [1 gradient x 0.6 sine_wave scale 0.035] [1 gradient z 0.6 sine_wave scale 0.035] } }
  finish { diffuse 0.8 } }
height_field { function 400, 400 { 0.5 + 0.18*sin(9*x + 3*sin(5*y)) * 0.25 + 0.06*sin(23*y + 4*x) }
  smooth translate <-0.5, -0.5, -0.5> scale <4.2, 0.35, 3.0> rotate y*12 translate <1.4, 0.03, -0.75> texture { Weave } }
// Books, with printed spines.
#declare Pages = texture { pigment { gradient y color_map { [0 rgb <0.86,0.82,0.70>] [0.45 rgb <0.80,0.75,0.62>] [0.5 rgb <0.62,0.57,0.46>] [1 rgb <0.86,0.82,0.70>] } scale 0.022 } finish { diffuse 0.75 } }
#macro Book(W, H, D, C, Words)
  union {
    box { <0,0,0>, <W, 0.05, D> } box { <0, H-0.05, 0>, <W, H, D> } box { <0,0,0>, <0.06, H, D> }
    texture { pigment { color C } normal { leopard 0.35 scale 0.012 } finish { diffuse 0.7 specular 0.12 roughness 0.06 } }
  }
  box { <0.06, 0.05, 0.05>, <W-0.06, H-0.05, D-0.05> texture { Pages } }
  text { ttf "timrom.ttf" Words 0.02, 0 scale <H*0.62, H*0.62, 1> rotate <0, 90, 0> translate <-0.012, H*0.28, D*0.92>
    texture { pigment { color rgb <0.85,0.70,0.35> } finish { diffuse 0.6 specular 0.6 roughness 0.02 } } }
#end
union { Book(2.2, 0.42, 3.0, rgb <0.10,0.17,0.30>, "SIGNAL AND NOISE") rotate y*62 translate <-3.6, 0, 0.9> }
union { Book(2.0, 0.36, 2.7, rgb <0.36,0.07,0.06>, "ON OPTICS") rotate y*70 translate <-3.35, 0.42, 0.75> }
union { Book(1.8, 0.30, 2.4, rgb <0.12,0.24,0.14>, "THE ART OF SEEING") rotate y*56 translate <-3.3, 0.78, 0.95> }
// A vase of glazed stoneware with a painted band.
lathe { cubic_spline 11, <0.2,-0.1>, <0.62,0>, <0.95,0.55>, <1.05,1.1>, <0.86,1.65>, <0.5,2.05>, <0.36,2.35>, <0.44,2.62>, <0.38,2.6>, <0.30,2.35>, <0.4,2.0>
  translate <0.25, 0, 1.5>
  texture { pigment { gradient y turbulence 0.04 color_map { [0 rgb <0.16,0.30,0.40>] [0.38 rgb <0.20,0.38,0.47>] [0.39 rgb <0.86,0.82,0.70>] [0.41 rgb <0.86,0.82,0.70>] [0.42 rgb <0.13,0.22,0.32>] [0.52 rgb <0.13,0.22,0.32>] [0.53 rgb <0.86,0.82,0.70>] [0.55 rgb <0.86,0.82,0.70>] [0.56 rgb <0.22,0.42,0.50>] [1 rgb <0.30,0.48,0.52>] } scale 2.7 }
    normal { bumps 0.08 scale 0.2 } finish { diffuse 0.7 specular 0.7 roughness 0.008 reflection { 0.03, 0.25 fresnel on } conserve_energy } } interior { ior 1.5 } }
// Dry grasses in it.
#declare R = seed(7);
#for (I, 1, 46)
  #local A = 2*pi*rand(R); #local S = 0.35 + 1.25*rand(R); #local T = 1.6 + 1.5*rand(R);
  sphere_sweep { cubic_spline 5, <0.25,2.0,1.5>, 0.012, <0.25,2.4,1.5>, 0.012, <0.25+0.35*S*cos(A), 2.4+0.6*T, 1.5+0.25*S*sin(A)>, 0.010, <0.25+S*cos(A), 2.4+T, 1.5+0.6*S*sin(A)>, 0.007, <0.25+1.4*S*cos(A), 2.3+T, 1.5+S*sin(A)>, 0.004
    texture { pigment { color rgb <0.62,0.50,0.26>*(0.6+0.6*rand(R)) } finish { diffuse 0.8 } } }
  #for (J, 0, 16)
    #local F = 0.72 + 0.28*J/16;
    sphere { 0, 0.035*(0.7+0.6*rand(R)) scale <0.7,1.6,0.7> rotate z*(60*rand(R)-30) translate <0.25+(0.35+0.65*(F-0.5)*2)*S*cos(A)+0.05*(rand(R)-0.5), 2.4+(0.6+0.4*(F-0.5)*2)*T+0.05*(rand(R)-0.5), 1.5+(0.25+0.35*(F-0.5)*2)*S*sin(A)>
      texture { pigment { color rgb <0.74,0.60,0.32>*(0.6+0.5*rand(R)) } finish { diffuse 0.85 } } }
  #end
#end
// Apples and a lemon.
#macro Apple(P, C1, C2, Turn)
  lathe { cubic_spline 9, <0.02,0.74>, <0.03,0.72>, <0.26,0.86>, <0.5,0.66>, <0.52,0.38>, <0.34,0.08>, <0.12,0.02>, <0.02,0.08>, <0,0.1>
    texture { pigment { gradient y turbulence 0.35 octaves 5 color_map { [0 color C2] [0.35 color C1] [0.75 color C1*0.85] [1 color C2] } scale <0.25,0.95,0.25> }
      normal { bumps 0.03 scale 0.1 } finish { diffuse 0.7 specular 0.5 roughness 0.015 reflection { 0.01, 0.08 } } }
    texture { pigment { spotted color_map { [0 rgbt <0.9,0.85,0.6,0.55>] [0.16 rgbt <0.9,0.85,0.6,1>] [1 rgbt 1] } scale 0.03 } }
    rotate Turn translate P }
  cylinder { <0,0.66,0>, <0.06,1.0,0.02>, 0.022 texture { pigment { color rgb <0.2,0.12,0.06> } } rotate Turn translate P }
#end
Apple(<1.35,0.17,-0.9>, rgb <0.62,0.07,0.05>, rgb <0.72,0.55,0.14>, <0,20,-6>)
Apple(<2.35,0.18,-0.25>, rgb <0.55,0.62,0.16>, rgb <0.68,0.70,0.28>, <8,70,5>)
sphere { 0, 0.4 scale <1.3,0.95,0.95> texture { pigment { color rgb <0.88,0.70,0.10> } normal { dents 0.35 scale 0.05 } finish { diffuse 0.7 specular 0.35 roughness 0.03 } } rotate y*35 translate <0.3, 0.48, -1.55> }
// A brass pan scale weight and a glass ball.
lathe { linear_spline 9, <0,0>, <0.42,0>, <0.42,0.62>, <0.38,0.66>, <0.14,0.68>, <0.12,0.82>, <0.22,0.9>, <0.2,1.02>, <0,1.06> translate <-0.85, 0, -1.25> texture { T_Brass_3C } }
sphere { <-1.9, 0.55, -1.5>, 0.55 texture { pigment { rgbf <0.97,0.985,0.98,0.95> } finish { specular 0.9 roughness 0.002 reflection { 0.02, 1 fresnel on } conserve_energy } } interior { ior 1.5 } photons { target reflection on refraction on } }
